/* The machine around the program.  See machine.h. */
#include "machine.h"

#include "str.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool
machine_disk(const char *folder, struct machine_disk *out)
{
	struct statvfs s;

	if (statvfs(folder, &s) != 0)
		return false;
	*out = (struct machine_disk){ (uint64_t)s.f_bavail * s.f_frsize,
		(uint64_t)s.f_blocks * s.f_frsize };
	return true;
}

/* "SIZE RESIDENT ...", in pages. */
uint64_t
machine_memory(pid_t pid)
{
	char path[40], text[80];
	int64_t pages = 0;
	struct str line;
	ssize_t n = 0;
	size_t at;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		close(fd);
	}
	line = (struct str){ text, n > 0 ? (size_t)n : 0 };
	at = str_find(line, ' ', 0) + 1;
	if (at >= line.n ||
	    !str_int(str_sub(line, at, str_find(line, ' ', at)), &pages))
		return 0;
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

int64_t
machine_newest(const char *folder)
{
	DIR *all = opendir(folder);
	struct dirent *one;
	int64_t newest = 0;
	struct stat st;

	if (all == NULL)
		return 0;
	while ((one = readdir(all)) != NULL)
		if (one->d_name[0] != '.' &&
		    fstatat(dirfd(all), one->d_name, &st, 0) == 0 &&
		    st.st_mtime > newest)
			newest = st.st_mtime;
	closedir(all);
	return newest;
}
