export { closest } from '#libs/closest-name';
