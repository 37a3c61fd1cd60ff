export { createViewers } from './create-viewers.ts';
export { Viewers, VIEWER_PACE, type DesktopProtocol } from './viewers.ts';
