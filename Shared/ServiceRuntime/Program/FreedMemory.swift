import CSystemShims

/// What becomes of memory that is not needed any more.
public enum FreedMemory {
    /// Keeps it for the next buffers of the same size, up to some megabytes, instead of giving it back at once.
    ///
    /// For programs that handle large bodies: a fifth of the kernel's work for them is clearing pages that were just
    /// given back.
    public static func keep() { csystem_keep_freed_memory() }
}
