/// Runs tasks on the thread of a reactor; `IOReactor.tasks` is the one of each.
///
/// An object of its own, because the reactor's `enqueue` takes the jobs of actors and cannot tell the two apart.
public final class ReactorTaskExecutor: TaskExecutor, Sendable {
    private let mailbox: ReactorMailbox

    init(mailbox: ReactorMailbox) { self.mailbox = mailbox }

    /// Queues a part of a task.
    public func enqueue(_ job: consuming ExecutorJob) { mailbox.put(.ofTask(UnownedJob(job))) }

    /// The reference that the runtime asks for.
    public func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }
}
