export { Connector } from './connector.ts';
export { guardContents } from './guard-contents.ts';
export { hardenSession } from './harden-session.ts';
export { createCameraGate } from './create-camera-gate.ts';
export { createFolderChooser } from './create-folder-chooser.ts';
export { createTextSaver } from './create-text-saver.ts';
export { createMainWindow } from './create-main-window.ts';
export { applicationMenu } from './menu.ts';
