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
export {
  isPageRoute,
  PAGE_ASSETS,
  PAGE_ID,
  PAGE_INDEX,
  PAGE_LOCK,
  PAGE_PATHS,
  PAGE_ROUTES,
  PAGE_SERVICE_WORKER,
} from './paths.ts';
