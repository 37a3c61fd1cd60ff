export { showUnsupported, UnsupportedPage } from './unsupported-page.tsx';
