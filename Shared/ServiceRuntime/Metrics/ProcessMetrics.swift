import CoreMetrics
import Glibc

/// What the kernel knows of this process, under the names that Prometheus clients share.
enum ProcessMetrics {
    /// Registers the figures; they are read when the page is.
    static func register(with registry: MetricsRegistry, startedAt: Int64) {
        let start = registry.makeMeter(label: "process_start_time_seconds", dimensions: [])
        start.set(Double(startedAt) / 1_000)
        let resident = registry.makeMeter(label: "process_resident_memory_bytes", dimensions: [])
        let descriptors = registry.makeMeter(label: "process_open_fds", dimensions: [])
        let maximum = registry.makeMeter(label: "process_max_fds", dimensions: [])
        let threads = registry.makeMeter(label: "process_threads", dimensions: [])
        let cpu = ProcessorTime(registry)
        registry.beforeReading { _ in
            if let pages = residentPages() { resident.set(pages * Double(sysconf(Int32(_SC_PAGESIZE)))) }
            // Less the descriptor of the listing itself.
            if let count = entries(of: "/proc/self/fd") { descriptors.set(Double(count - 1)) }
            if let count = entries(of: "/proc/self/task") { threads.set(Double(count)) }
            var limit = rlimit()
            if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
                maximum.set(Double(limit.rlim_cur))
            }
            cpu.read()
        }
    }

    /// User and system time as a counter, which only takes differences.
    private final class ProcessorTime: Sendable {
        private let counter: any FloatingPointCounterHandler

        init(_ registry: MetricsRegistry) {
            counter = registry.makeFloatingPointCounter(label: "process_cpu_seconds_total", dimensions: [])
        }

        func read() {
            var usage = rusage()
            guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return }
            let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            let micros = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
            counter.reset()
            counter.increment(by: seconds + micros / 1e6)
        }
    }

    private static func residentPages() -> Double? {
        guard let bytes = try? SmallFile.read("/proc/self/statm", maximumBytes: 512) else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Double(fields[1]) : nil
    }

    private static func entries(of directory: String) -> Int? {
        guard let handle = opendir(directory) else { return nil }
        defer { closedir(handle) }
        var count = 0
        while let entry = readdir(handle) {
            if entry.pointee.d_name.0 != 46 { count += 1 }  // "." and ".."
        }
        return count
    }
}
