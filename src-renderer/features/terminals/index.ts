export { MachineTerminals } from './machine/machine-terminals.tsx';
export { TerminalProfile } from './machine/terminal-profile.tsx';
export { RecordingPlayer, type RecordingPlayerProps } from './recording/recording-player.tsx';
export { TerminalsPage, type TerminalsPageProps } from './terminals-page.tsx';
