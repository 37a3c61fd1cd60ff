export { missingApis } from './missing-apis.ts';
