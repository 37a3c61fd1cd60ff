; PowerShell is named by its place: Windows would look into the folder of the installer first, where downloads lie.
; The folder of the `clawreach` command comes into the PATH of the person who installs, and goes with the application. electron-builder includes this.
!macro customInstall
  nsExec::Exec '"$SYSDIR\WindowsPowerShell\v1.0\powershell.exe" -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\resources\command\path.ps1" add'
  Pop $0
!macroend

!macro customUnInstall
  ; An update takes the old version away in order to put the new one there.
  ${ifNot} ${isUpdated}
    nsExec::Exec '"$SYSDIR\WindowsPowerShell\v1.0\powershell.exe" -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "$INSTDIR\resources\command\path.ps1" remove'
    Pop $0
  ${endIf}
!macroend
