# SPDX-License-Identifier: Apache-2.0
# cpack asks this before it packs: files get the time SOURCE_DATE_EPOCH and modes that no umask has changed, so that
# packages of the same sources are the same.
file(GLOB_RECURSE files LIST_DIRECTORIES true "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*")
foreach(file IN LISTS files)
	execute_process(COMMAND chmod u=rwX,go=rX ${file})
	if(DEFINED ENV{SOURCE_DATE_EPOCH})
		execute_process(COMMAND touch --no-dereference --date=@$ENV{SOURCE_DATE_EPOCH} ${file})
	endif()
endforeach()
if(DEFINED ENV{SOURCE_DATE_EPOCH})
	execute_process(COMMAND touch --date=@$ENV{SOURCE_DATE_EPOCH} ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
endif()
