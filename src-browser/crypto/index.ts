export { pageBackend } from './page-backend.ts';
