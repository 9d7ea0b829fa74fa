export { closest } from './closest-name.js';
