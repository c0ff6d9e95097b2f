# Draws a panel for each block of the data, and the names of all systems to their right.
do for [panel = 1:words(panels)] {
  set title word(panels, panel)
  if (panel % columns == 1) { set ylabel "million records a second" } else { unset ylabel }
  if (panel == 1) {
    set key left center at screen legend, 0.5 Left reverse samplen 2 spacing 1.3
    plot for [i = 1:systems] data index 0 using 0:(column(i + 1)):xtic(1) linestyle i notitle, \
      for [i = 1:systems] keyentry with linespoints linestyle i title word(names, i)
  } else {
    plot for [i = 1:systems] data index panel - 1 using 0:(column(i + 1)):xtic(1) \
      linestyle i notitle
  }
}
unset multiplot
