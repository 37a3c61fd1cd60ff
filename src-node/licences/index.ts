export { readLicencesFile } from './read-licences.ts';
