export { RecordingsList } from './recordings-list.tsx';
