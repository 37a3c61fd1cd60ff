export { createFiles, type FilesDependencies, type TransferFiles } from './module.ts';
