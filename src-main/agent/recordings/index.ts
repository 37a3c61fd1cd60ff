export { DeferredRecorder } from './deferred.ts';
export { Recorder, type RecorderLimits } from './recorder.ts';
export { RECORDING_LIMITS, Recordings, type Recorded, type RecordingLimits, type Running } from './recordings.ts';
