export { MachineFolders } from './machine-folders.tsx';
