export { recordIfWanted } from './handlers.ts';
export { createRecordings, type RecordingsModule } from './module.ts';
export { DeferredRecorder } from './deferred-recorder.ts';
export { Recorder, type RecorderLimits } from './recorder.ts';
export {
  RECORDING_LIMITS,
  Recordings,
  type RecordingFacts,
  type RecordingLimits,
  type RunningRecording,
} from './recordings.ts';
