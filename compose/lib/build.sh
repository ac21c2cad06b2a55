# Sourced: builds with SwiftPM. Needs $root.

require_toolchain() {
    if ! command -v swift >/dev/null; then
        echo "There is no 'swift' in PATH. Install a Swift 6.3 toolchain (https://www.swift.org/install/linux/)," >&2
        echo "put its usr/bin into PATH, and start this again." >&2
        exit 69
    fi
}

# Whether a source is newer than the last release build; a file that was removed shows in its folder's time.
is_release_current() {
    local stamp=$root/.build/release/riftsync-built
    [ -e "$stamp" ] && [ -x "$root/.build/release/riftctl" ] || return 1
    [ "$(cat "$stamp")" = "$(swift --version 2>/dev/null | head -n 1)" ] || return 1
    [ -z "$(find "$root/Package.swift" "$root/Services" "$root/Shared" "$root/Tests/RiotSimulator" \
        "$root/Tests/RiotSimulatorCommand" "$root/Tests/FaultProgram" -newer "$stamp" -print -quit)" ]
}

# All programs, optimised, into .build/release. Two builds at once wait for each other in SwiftPM.
build_release() {
    if is_release_current; then return 0; fi
    local stamp=$root/.build/release/riftsync-built started
    started=$(date +%s)
    echo "Building (release). The first time this takes several minutes." >&2
    if ! (cd "$root" && swift build -c release >&2); then
        echo "The build failed; the lines above say why." >&2
        exit 70
    fi
    swift --version 2>/dev/null | head -n 1 >"$stamp"
    touch -d "@$started" "$stamp"  # what was changed during the build counts as newer
}
