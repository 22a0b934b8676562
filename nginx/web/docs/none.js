/* A module that a library asks for where there is no browser. */
export default null;
