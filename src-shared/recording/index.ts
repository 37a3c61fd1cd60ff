export { eventLine, headerLine, readEvent, readHeader, parseTerminalSize, withoutInput } from './asciicast.ts';
export type { CastAbout, CastCode, CastEvent, CastHeader } from './asciicast.ts';
export { CastPlayer, PLAYER_SPEEDS, type CastPlayerOptions, type CastScreen } from './cast-player.ts';
export { CastReader } from './cast-reader.ts';
export { RecordingError } from './errors.ts';
