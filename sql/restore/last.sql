-- The site is what the backup is from here on.
commit;
