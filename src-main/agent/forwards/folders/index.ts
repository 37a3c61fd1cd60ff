export { checkFolder } from './check-folder.ts';
export { FolderRule, type FolderSettings } from './folder-rule.ts';
export { FOLDER_LIMITS, FolderServer, type FolderServerOptions } from './folder-server.ts';
export { SharedFolder } from './shared-folder.ts';
export { answerForFile, type FileAnswer } from './file-answer.ts';
export { readRequestPath } from './request-path.ts';
