import JSON

extension JSONValue {
    /// Adds the paths of all members, at any depth, whose names no decoder knows.
    ///
    /// For objects that are kept whole as soon as one member does not fit.
    func addUnknownNames(below path: String, to names: inout Set<String>) {
        for element in elements { element.addUnknownNames(below: path, to: &names) }
        for (key, value) in members {
            if key.id == nil { names.insert("\(path).\(key.name)") }
            if key.id != nil { value.addUnknownNames(below: "\(path).\(key.name)", to: &names) }
        }
    }
}
