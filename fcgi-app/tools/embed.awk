# SQL files -> a table of their texts in C, in the order of names.
# usage: gawk -v table=migrations -f embed.awk sql/migrations/*.sql

BEGIN {
	print "/* Made by tools/embed.awk; not to be edited. */"
	print "#include \"migrate.h\"\n\nconst struct migration " table "[] = {"
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
