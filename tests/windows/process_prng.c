/* bcryptprimitives.dll for Wine before version 9, which lacks it: the random numbers of Rust programs.
   ProcessPrng never fails (learn.microsoft.com, "ProcessPrng function"). */

#include <windows.h>

/* RtlGenRandom (learn.microsoft.com, "RtlGenRandom function"). */
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    const SIZE_T most = 1u << 30;
    while (length > 0) {
        ULONG part = (ULONG)(length < most ? length : most);
        if (!SystemFunction036(buffer, part))
            ExitProcess(70);
        buffer += part;
        length -= part;
    }
    return TRUE;
}
