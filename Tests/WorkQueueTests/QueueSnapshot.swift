import Redis

@testable import WorkQueue

/// Everything that is in the keys of a lane, in one canonical text per key: what changes with time is left out.
struct QueueSnapshot: Equatable {
    private(set) var entries: [String: String] = [:]

    /// Where two snapshots differ, for people.
    func difference(from other: QueueSnapshot) -> [String] {
        Set(entries.keys).union(other.entries.keys).sorted().compactMap { key in
            let (mine, theirs) = (entries[key], other.entries[key])
            return mine == theirs ? nil : "\(key): \(mine ?? "–") instead of \(theirs ?? "–")"
        }
    }

    private mutating func add(_ key: String, _ text: String) { if !text.isEmpty { entries[key] = text } }

    private mutating func add(_ key: String, hash: [String: String]) {
        add(key, hash.filter { $0.value != "0" }.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " "))
    }
}

extension QueueSnapshot {
    /// Reads all keys in one step.
    init(of corner: QueueCorner) async throws {
        let script = RedisScript(
            name: "snapshot",
            source: """
                local read = { hash = {'HGETALL'}, list = {'LRANGE', 0, -1}, set = {'SMEMBERS'}, zset = {'ZRANGE', 0, -1} }
                local out = {}
                for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
                  local kind = redis.call('TYPE', key).ok
                  if read[kind] then
                    local words = {unpack(read[kind])}
                    table.insert(words, 2, key)
                    out[#out + 1] = {string.sub(key, #ARGV[1] + 1), kind, redis.call(unpack(words))}
                  end
                end
                return out
                """
        )
        let reply = try await corner.client.evaluate(script, keys: [], arguments: [RedisArgument(corner.keys)])
        for entry in reply.array ?? [] {
            guard let parts = entry.array, let key = parts[0].text, let values = parts[2].array?.map({ $0.text ?? "" }),
                !key.hasSuffix(":wake")
            else { continue }
            switch parts[1].text {
            case "hash": add(hash: key, values)
            case "list": add(key, values.joined(separator: " "))
            default: add(key, values.sorted().joined(separator: " "))
            }
        }
    }

    private mutating func add(hash key: String, _ values: [String]) {
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) { fields[values[index]] = values[index + 1] }
        for name in ["e", "c_at", "dead_at"] { fields[name] = nil }
        if key.hasPrefix("run:"), fields["fin"] != nil { fields["fin"] = "yes" }
        add(key, hash: fields)
    }
}

extension QueueSnapshot {
    /// What the keys should hold.
    init(of model: QueueModel) {
        for (name, kind) in model.kinds { add(name, kind, model) }
        for (id, job) in model.jobs {
            add("job:\(id)", hash: Self.fields(of: job, state: job.state.rawValue))
            add("job:\(id):runs", hash: Dictionary(uniqueKeysWithValues: job.runs.map { ($0.run, $0.place) }))
        }
        for (id, job) in model.letters { add("dead:\(id)", hash: Self.fields(of: job, state: "dead")) }
        for (id, run) in model.runs {
            var fields = run.counts.mapValues { "\($0)" }
            if run.isSealed { fields["sealed"] = "1" }
            if run.isCancelled { fields["state"] = "cancelled" }
            if run.isAnnounced { fields["fin"] = "yes" }
            add("run:\(id)", hash: fields)
            add("run:\(id):items", hash: Dictionary(uniqueKeysWithValues: run.items.map { ($0.id, "\($0.mark)") }))
        }
    }

    private mutating func add(_ name: String, _ kind: QueueModel.Kind, _ model: QueueModel) {
        for (place, ids) in kind.lists {
            add("\(name):t:\(place.dropFirst()):\(place.prefix(1))", ids.joined(separator: " "))
        }
        for ring in 0...1 {
            add("\(name):ring:\(ring)", kind.rings[ring].joined(separator: " "))
            add("\(name):in:\(ring)", kind.members[ring].sorted().joined(separator: " "))
        }
        for (worker, ids) in kind.held { add("\(name):w:\(worker)", ids.joined(separator: " ")) }
        let delayed = model.jobs.filter { $0.value.kind == name && $0.value.state == .delay }.keys
        add("\(name):lease", model.running(name).sorted().joined(separator: " "))
        add("\(name):delay", delayed.sorted().joined(separator: " "))
        add("\(name):dead", kind.dead.joined(separator: " "))
        add("\(name):fly", hash: kind.running.mapValues { "\($0)" })
        add("\(name):n", hash: ["ready": "\(kind.ready)", "taken": "\(kind.taken)"])
        add("workers:\(name)", kind.workers.sorted().joined(separator: " "))
    }

    private static func fields(of job: QueueModel.Job, state: String) -> [String: String] {
        var fields = [
            "k": job.kind, "d": job.payload, "s": state, "tok": "\(job.token)", "a": "\(job.attempts)",
            "x": "\(job.stalls)",
        ]
        fields["w"] = job.worker
        fields["ct"] = job.charged
        fields["err"] = job.error
        if job.isCancelled { fields["cancel"] = "1" }
        if job.comesAgain { fields["again"] = "1" }
        if job.isDoomed { fields["doomed"] = "1" }
        return fields
    }
}
