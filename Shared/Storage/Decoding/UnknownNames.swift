import JSON

extension JSONCursor {
    /// Adds the paths of all members, at any depth, whose names no decoder knows.
    ///
    /// For objects that are kept whole as soon as one member does not fit.
    func addUnknownNames(below path: String, to names: inout Set<String>) {
        for element in elements { element.addUnknownNames(below: path, to: &names) }
        for member in members {
            let name = "\(path).\(member.keyName)"
            if member.keyNumber == JSONKeys.noNumber {
                names.insert(name)
            } else {
                member.addUnknownNames(below: name, to: &names)
            }
        }
    }
}
