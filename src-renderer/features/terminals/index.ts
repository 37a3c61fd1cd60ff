export { RecordingPlayer, type RecordingPlayerProps } from './recording-player.tsx';
export { TerminalsPage, type TerminalsPageProps } from './terminals-page.tsx';
