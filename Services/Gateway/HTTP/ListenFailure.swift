import Glibc
import NIOCore
import ServiceRuntime

/// Why HTTP cannot listen at the address of the settings, in words for whoever set it.
enum ListenFailure {
    static func reason(host: String, port: Int, _ error: any Error) -> StartupError {
        let place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        let settings = "(GATEWAY_HOST, GATEWAY_PORT)"
        if let error = error as? SocketAddressError.UnknownHost {
            return .configuration(
                "HTTP cannot listen at \(place) \(settings): the name \(host) has no address: \(error.errorDescription)"
            )
        }
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            return StartupError(
                .tryAgain,
                "HTTP cannot listen at \(place) \(settings): another program does. End it, or choose another GATEWAY_PORT."
            )
        case EADDRNOTAVAIL:
            return .configuration(
                "HTTP cannot listen at \(place) \(settings): this host does not have the address. Choose another "
                    + "GATEWAY_HOST, such as 127.0.0.1 or 0.0.0.0."
            )
        case EACCES:
            return .configuration(
                "HTTP cannot listen at \(place) \(settings): this user may not use the port. Choose a GATEWAY_PORT above "
                    + "1023."
            )
        default:
            return StartupError(.internal, "HTTP cannot listen at \(place) \(settings): \(error)")
        }
    }
}
