var t=[["path",{d:"M20 6 9 17l-5-5"}]];var d=[["path",{d:"M18 6 6 18"}],["path",{d:"m6 6 12 12"}]];export{d as a,t as b};
