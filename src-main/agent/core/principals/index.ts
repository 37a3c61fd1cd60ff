export { Principals, type Principal, type PrincipalBook } from './principals.ts';
