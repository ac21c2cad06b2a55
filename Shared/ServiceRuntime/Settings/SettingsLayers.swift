import Configuration

/// The places where a setting may be said, the strongest first: flag, environment, file.
struct SettingsLayers {
    private struct Layer {
        let reader: ConfigReader
        let origin: @Sendable (_ name: String) -> SettingOrigin
        let takesAliases: Bool
    }

    private let layers: [Layer]

    init(flags: [SettingName: String], environment: [String: String], file: SettingsFile?) {
        var layers = [
            Layer(reader: Self.reader(named: "flags", flags), origin: { _ in .flag }, takesAliases: false),
            Layer(
                reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment)),
                origin: { .environment($0) },
                takesAliases: true
            ),
        ]
        if let file {
            let path = file.path
            layers.append(
                Layer(reader: Self.reader(named: path, file.values), origin: { _ in .file(path) }, takesAliases: false)
            )
        }
        self.layers = layers
    }

    /// The strongest text said for a setting.
    ///
    /// An empty text counts as not said, because that is how compose files write a variable they do not know.
    func text(of setting: SettingName) -> (text: String, origin: SettingOrigin)? {
        for layer in layers {
            let aliases = layer.takesAliases ? setting.environmentAliases : []
            for name in [setting.rawValue] + aliases {
                guard let text = layer.reader.string(forKey: ConfigKey([name])), !text.isEmpty else { continue }
                if name != setting.rawValue, !Self.isForUs(alias: text) { continue }
                return (text, layer.origin(name))
            }
        }
        return nil
    }

    /// Celery's variables may name a broker or a result store that is not Redis; those are not meant for us.
    private static func isForUs(alias text: String) -> Bool {
        ["redis://", "rediss://", "redis+sentinel://", "sentinel://", "redis+socket://", "unix://"].contains {
            text.hasPrefix($0)
        }
    }

    private static func reader(named name: String, _ texts: [SettingName: String]) -> ConfigReader {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (setting, text) in texts {
            values[AbsoluteConfigKey([setting.rawValue])] = ConfigValue(.string(text), isSecret: setting.isSecret)
        }
        return ConfigReader(provider: InMemoryProvider(name: name, values: values))
    }
}
