export { DocsPage } from './docs-page.tsx';
