/** Files in the agent of a page: sent from it, and copied to it out of folders that machines share. */
export { createPageFiles, type PageFilesModule, type PageTransferFiles } from './page-files.ts';
