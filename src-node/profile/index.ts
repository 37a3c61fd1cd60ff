export { profileDirectory, type ProfileFacts } from './profile-directory.ts';
