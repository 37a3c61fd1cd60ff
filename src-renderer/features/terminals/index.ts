export { RecordingPlayer, type RecordingPlayerProps } from './recording/recording-player.tsx';
export { TerminalsPage, type TerminalsPageProps } from './terminals-page.tsx';
