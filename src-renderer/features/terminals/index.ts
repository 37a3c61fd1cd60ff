export { MachineTerminals } from './machine/machine-terminals.tsx';
export { TerminalProfile } from './machine/terminal-profile.tsx';
export { RecordingPlayer, type RecordingPlayerProps } from './recording/recording-player.tsx';
export { leaveByKeys, singleLeaveKeys } from './single/leave-keys.ts';
export { TerminalView, type TerminalViewPort } from './single/terminal-view.tsx';
export { isTouchScreen } from './screen/touch-screen.ts';
export { ViewScreen } from './screen/view-screen.ts';
export { encodeKey, NONE_HELD, withModifiers, type HeldModifiers, type TouchKey } from './screen/touch-keys.ts';
export { TerminalsPage, type TerminalsPageProps } from './terminals-page.tsx';
