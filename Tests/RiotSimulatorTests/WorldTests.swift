import Testing

@testable import RiotSimulator

@Suite("The simulated world")
struct WorldTests {
    @Test("draws")
    func draws() throws {
        let world = try SimulatorWorld()
        #expect(!world.players().isEmpty)
    }
}
