export { emailProblem, nameProblem, newPasswordProblem } from './problems.ts';
export { PasswordField, type PasswordFieldProps } from './password-field.tsx';
