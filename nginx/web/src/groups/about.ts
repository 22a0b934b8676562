/* Pages about the site itself: one script. */
export { default as Speed } from '../pages/speed';
