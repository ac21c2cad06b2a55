-- When a task is expected to be complete, so that users can be told.

ALTER TABLE sync_task
    ADD COLUMN eta_at      timestamptz,
    ADD COLUMN forecast_at timestamptz;

COMMENT ON COLUMN sync_task.eta_at IS 'When the task is expected to be complete, from the live limits and all work that is left; null when that cannot be said.';
COMMENT ON COLUMN sync_task.forecast_at IS 'When eta_at and the waiting columns were last worked out; they are worth nothing when that is long ago.';
