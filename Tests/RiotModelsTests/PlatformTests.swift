import RiotModels
import Testing

@Suite struct PlatformTests {
    /// Riot's routesTable.json, and the account routes that its documentation gives.
    static let routes: [(Platform, RegionalRoute, RegionalRoute)] = [
        (.br1, .americas, .americas), (.la1, .americas, .americas), (.la2, .americas, .americas),
        (.na1, .americas, .americas), (.pbe1, .americas, .americas), (.eun1, .europe, .europe),
        (.euw1, .europe, .europe), (.me1, .europe, .europe), (.ru, .europe, .europe), (.tr1, .europe, .europe),
        (.jp1, .asia, .asia), (.kr, .asia, .asia), (.oc1, .sea, .asia), (.sg2, .sea, .asia), (.tw2, .sea, .asia),
        (.vn2, .sea, .asia), (.ph2, .sea, .asia), (.th2, .sea, .asia),
    ]

    @Test(arguments: routes)
    func knowsBothRoutes(platform: Platform, match: RegionalRoute, account: RegionalRoute) {
        #expect(platform.matchRoute == match)
        #expect(platform.accountRoute == account)
        #expect(platform.accountRoute.servesAccounts)
    }

    @Test func listIsComplete() {
        #expect(Set(Self.routes.map(\.0)) == Set(Platform.allCases))
        #expect(Platform.allCases.filter(\.isRetired) == [.ph2, .th2])
        #expect(Platform.requestable.count == 16)
        #expect(RegionalRoute.allCases.filter { !$0.servesAccounts } == [.sea])
    }

    @Test(arguments: Platform.allCases)
    func isFoundByThePrefixOfItsMatchIDs(platform: Platform) {
        #expect(Platform(matchIDPrefix: platform.matchIDPrefix) == platform)
        #expect(Platform(matchIDPrefix: platform.rawValue) == nil)
    }
}
