export { UserSshConfig } from './user-ssh-config.ts';
