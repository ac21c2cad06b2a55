/// Reads one setting after the other, keeping origins and collecting problems instead of stopping at the first.
struct SettingsReader {
    private let layers: SettingsLayers
    private(set) var problems: [String] = []
    private(set) var lines: [SettingsReport.Line] = []

    init(layers: SettingsLayers) { self.layers = layers }

    /// A setting with a default: never absent.
    mutating func value<Value>(
        _ name: SettingName,
        default builtIn: String,
        _ parse: (String) throws(SettingProblem) -> Value
    ) -> Value? {
        let said = layers.text(of: name) ?? (builtIn, .builtIn)
        return parsed(name, said.text, said.origin, parse)
    }

    /// A setting without a default.
    mutating func optional<Value>(
        _ name: SettingName,
        _ parse: (String) throws(SettingProblem) -> Value
    ) -> Value? {
        guard let said = layers.text(of: name) else {
            lines.append(.init(name: name, shown: "", origin: .absent))
            return nil
        }
        return parsed(name, said.text, said.origin, parse)
    }

    /// Whether any layer said something for a setting that was read.
    func isSaid(_ name: SettingName) -> Bool {
        lines.contains { $0.name == name && $0.origin != .absent && $0.origin != .builtIn }
    }

    /// Adds a problem that concerns more than one setting.
    mutating func report(_ sentence: String) { problems.append(sentence) }

    /// Replaces how a setting is shown.
    mutating func show(_ name: SettingName, as shown: String, origin: SettingOrigin) {
        guard let index = lines.firstIndex(where: { $0.name == name }) else { return }
        lines[index] = .init(name: name, shown: shown, origin: origin)
    }

    private mutating func parsed<Value>(
        _ name: SettingName,
        _ text: String,
        _ origin: SettingOrigin,
        _ parse: (String) throws(SettingProblem) -> Value
    ) -> Value? {
        lines.append(.init(name: name, shown: Self.shown(name, text), origin: origin))
        do {
            return try parse(text)
        } catch {
            // A value that may hold a secret is not repeated, because it was not understood well enough to mask it.
            let value = name.isSecret || name.mayHoldPassword ? ":" : " is \"\(text.prefix(200))\", which"
            problems.append("\(name.rawValue)\(value) \(error.reason) (from: \(origin))")
            return nil
        }
    }

    private static func shown(_ name: SettingName, _ text: String) -> String {
        if name.isSecret { return Secret.mask }
        return name.mayHoldPassword ? SettingsReport.masked(url: text) : text
    }
}
