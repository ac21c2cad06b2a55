import Hummingbird
import ServiceRuntime

/// What this product is, with the notice that Riot asks every product for.
struct About: Encodable {
    let product = Release.product
    let version = Release.version
    let notice = """
        \(Release.product) isn't endorsed by Riot Games and doesn't reflect the views or opinions of Riot Games or \
        anyone officially involved in producing or managing Riot Games properties. Riot Games, and all associated \
        properties are trademarks or registered trademarks of Riot Games, Inc.
        """

    static func addRoutes(to routes: RouteTable) {
        routes.add("/api/v1/about", [.get: { _, _ in try JSONBody.response(About()) }])
    }
}
