export { RecordingPlayer, type RecordingPlayerProps } from './sharing/recording-player.tsx';
export { TerminalsPage, type TerminalsPageProps } from './terminals-page.tsx';
