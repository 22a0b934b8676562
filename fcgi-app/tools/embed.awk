# sql/migrations/*.sql -> gen/migrations.c: their texts, in the order of names.
# usage: gawk -f embed.awk FILES > migrations.c

BEGIN {
	print "/* Made by tools/embed.awk from sql/migrations; not to be edited. */"
	print "#include \"migrate.h\"\n\nconst struct migration migrations[] = {"
}
FNR == 1 {
	if (NR > 1)
		print "\t},"
	n = split(FILENAME, part, "/")
	sub(/\.sql$/, "", part[n])
	print "\t{ \"" part[n] "\",\n"
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	print "\t    \"" $0 "\\n\""
}
END {
	print "\t},\n\t{ NULL, NULL },\n};"
}
