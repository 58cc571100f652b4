/* Stands in for the frozen program when try_installer.py tries the installer.
   --check FILE writes VERSION there; --wait SECONDS runs on, as an open window does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

int main(int count, char **arguments)
{
    if (count == 3 && strcmp(arguments[1], "--check") == 0) {
        FILE *file = fopen(arguments[2], "w");
        if (file == NULL)
            return 1;
        fputs(VERSION, file);
        return fclose(file) != 0;
    }
    if (count == 3 && strcmp(arguments[1], "--wait") == 0) {
        Sleep(1000 * (DWORD)atoi(arguments[2]));
        return 0;
    }
    return 2;
}
