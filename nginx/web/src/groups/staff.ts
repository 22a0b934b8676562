/* Pages of the staff: one script. */
export { default as Staff } from '../pages/staff';
