/** Tells electron-builder that the libraries in release/app are all there: it looks for none and builds none. */
export function beforeBuild(): boolean {
  return false;
}
