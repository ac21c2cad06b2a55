import JSON

extension JSONCursor {
    /// Adds the paths of all members, at any depth, whose names no decoder knows.
    ///
    /// For objects that are kept whole as soon as one member does not fit.
    func addUnknownNames(below path: String, to names: inout Set<String>) {
        for element in elements { element.addUnknownNames(below: path, to: &names) }
        for member in members {
            if member.keyNumber == JSONKeys.noNumber {
                names.insert("\(path).\(member.keyName)")
            } else {
                member.addUnknownNames(below: "\(path).\(member.keyName)", to: &names)
            }
        }
    }
}
