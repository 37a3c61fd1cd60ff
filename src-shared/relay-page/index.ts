/** The page that a relay serves to browsers: its paths, its signed manifest and the headers under which it runs. */
export { browserHost, PAGE_TRUSTED_TYPES, pageHeaders, pagePolicy, type PageOrigin } from './headers.ts';
export {
  PAGE_LIMITS,
  pageFacts,
  pageSignatureBytes,
  readPageManifest,
  type PageFacts,
  type PageFile,
  type PageManifest,
  type PageSignature,
} from './manifest.ts';
export { PAGE_ASSETS, PAGE_INDEX, PAGE_PATHS, PAGE_ROUTES } from './paths.ts';
